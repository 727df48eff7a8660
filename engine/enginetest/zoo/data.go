package zoo

import "slices"

func dataSpecies() []Species { return slices.Concat(mongoSpecies()) }
