package printout

import (
	"time"

	"conviso-importer/conviso/importer"
)

// Job is the JSON of import, resume and auto-import --once.
type Job struct {
	Requested  int       `json:"requested"`
	Skipped    int       `json:"skipped"`
	Accepted   int       `json:"accepted"`
	Verified   int       `json:"verified"`
	Failed     int       `json:"failed"`
	Pending    int       `json:"pending"`
	Unplanned  int       `json:"unplanned"`
	DurationMs int64     `json:"durationMs"`
	Items      []JobItem `json:"items"`
}

// JobItem is one item of a Job.
type JobItem struct {
	Ref      string `json:"ref"`
	Name     string `json:"name"`
	State    string `json:"state"`
	AssetID  string `json:"assetId"`
	Error    string `json:"error"`
	Attempts int    `json:"attempts"`
}

// OfJob returns a job's JSON at a time.
func OfJob(j *importer.Job, now time.Time) Job {
	c := j.Counts()
	out := Job{Requested: c.Requested, Skipped: c.Skipped, Accepted: c.Accepted, Verified: c.Verified, Failed: c.Failed,
		Pending: c.Pending, Unplanned: c.Unplanned, DurationMs: now.Sub(j.Began).Milliseconds(), Items: make([]JobItem, j.Len())}
	for i := range out.Items {
		item := j.At(i)
		out.Items[i] = JobItem{Ref: string(item.Ref), Name: item.Name, State: string(item.State), AssetID: item.AssetID,
			Error: item.Reason(), Attempts: item.Attempts}
	}
	return out
}

// Refresh is the JSON of refresh.
type Refresh struct {
	Entities   int   `json:"entities"`
	Assets     int   `json:"assets"`
	DurationMs int64 `json:"durationMs"`
}
