package engine

import "time"

// SeverityCounts counts by severity.
type SeverityCounts struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Total    int `json:"total"`
}

// Add counts n more of severity s.
func (c *SeverityCounts) Add(s Severity, n int) {
	of := map[Severity]*int{Critical: &c.Critical, High: &c.High, Medium: &c.Medium, Low: &c.Low, Info: &c.Info}
	if count, ok := of[s]; ok {
		*count += n
		c.Total += n
	}
}

// IssueCounts counts issues by state and severity.
type IssueCounts struct {
	Present       SeverityCounts `json:"present"`
	Revived       SeverityCounts `json:"revived"`
	Accepted      SeverityCounts `json:"accepted"`
	FalsePositive SeverityCounts `json:"false-positive"`
	Fixed         SeverityCounts `json:"fixed"`
}

// Of gives the counts of a state; nil for a word that is none.
func (c *IssueCounts) Of(s IssueState) *SeverityCounts {
	return map[IssueState]*SeverityCounts{
		IssuePresent: &c.Present, IssueRevived: &c.Revived, IssueAccepted: &c.Accepted,
		IssueFalsePositive: &c.FalsePositive, IssueFixed: &c.Fixed,
	}[s]
}

// Total is how many issues were counted.
func (c IssueCounts) Total() int {
	sum := 0
	for _, s := range IssueStates() {
		sum += c.Of(s).Total
	}
	return sum
}

// IssueDay is how many issues were open at the end of a day in UTC, or are by now.
type IssueDay struct {
	Date string `json:"date"` // "2026-11-25"
	SeverityCounts
}

// MaxTrendDays is the longest trend: two years.
const MaxTrendDays = 731

// IssueTrend makes the days that end with the one of last out of how many issues were
// open before them and how many more or fewer each of them brought, by date.
func IssueTrend(last time.Time, days int, before SeverityCounts, turns map[string]SeverityTurns) []IssueDay {
	open := before
	trend := make([]IssueDay, 0, days)
	for n := days - 1; n >= 0; n-- {
		date := last.UTC().AddDate(0, 0, -n).Format(time.DateOnly)
		for severity, more := range turns[date] {
			open.Add(severity, more)
		}
		trend = append(trend, IssueDay{Date: date, SeverityCounts: open})
	}
	return trend
}

// SeverityTurns is how many more, or fewer, there are of each severity.
type SeverityTurns map[Severity]int
