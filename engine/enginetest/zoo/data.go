package zoo

func dataSpecies() []Species { return nil }
