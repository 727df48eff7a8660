package zoo

func hostileSpecies() []Species { return nil }
