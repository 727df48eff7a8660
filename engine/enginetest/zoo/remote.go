package zoo

func remoteSpecies() []Species { return nil }
