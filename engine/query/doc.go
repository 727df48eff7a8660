// Package query is the search language of Portolan: Lucene's query_string
// syntax with AND as the default operator, as the private scanner API speaks it
// (contract part 3). Begin with [Parse]; then either ask [Query.Match] about a
// document, or compile [Query.Root] for an index.
//
// The package promises that every backend can find the same documents: what it
// decides about fields ([Fields]), words ([Tokens]), dates ([Dates]), numbers
// ([Number]), addresses ([Addrs]) and versions ([VersionKey]) is exported. What a
// query means is written in testdata/*.test; package querytest asks it of
// [Query.Match], of every index, and of a reference that is written apart.
//
// Precedence: NOT, then AND (written or implied), then OR. So a OR b c is
// a OR (b AND c). A + has no effect under a default AND; a - is NOT.
//
// It is not an index and not a scorer: boosts are read and ignored, nothing is
// ranked, no file is opened and the clock is read only by [Query.Match].
package query
