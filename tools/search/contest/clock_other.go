//go:build !unix

package contest

// usage is not known here: CPU time and memory are 0 in the table.
func usage() used { return used{} }
