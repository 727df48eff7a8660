package query

// MappingTable is the text of the mapping.
func MappingTable() string { return mappingTable }
