package zoo

func textSpecies() []Species { return nil }
