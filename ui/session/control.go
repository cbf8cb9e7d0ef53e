package session

import "conviso-importer/conviso/importer"

// The reasons below begin with a small letter, end with a full stop, and are empty if nothing prevents the
// action.

// sentElsewhere returns why this process cannot control the sending.
func (j *Job) sentElsewhere() string {
	switch {
	case j.Runner != "":
		return "pause or stop it where it runs: " + j.Runner
	case !j.Sends:
		return "nothing is being sent."
	}
	return ""
}

const stopsAlready = "it stops already, as soon as what is on its way has come back."

// NotPausable returns why the sending cannot be paused.
func (j *Job) NotPausable(f importer.Flow) string {
	switch why := j.sentElsewhere(); {
	case why != "":
		return why
	case f.Stopping:
		return stopsAlready
	case f.Paused:
		return "it is paused already."
	}
	return j.nothingMore()
}

// NotPaused returns why a pause cannot be ended.
func (j *Job) NotPaused(f importer.Flow) string {
	if why := j.sentElsewhere(); why != "" {
		return why
	}
	if !f.Paused {
		return "it is not paused."
	}
	return ""
}

// NotStoppable returns why the sending cannot be stopped.
func (j *Job) NotStoppable(f importer.Flow) string {
	if why := j.sentElsewhere(); why != "" {
		return why
	}
	if f.Stopping {
		return stopsAlready
	}
	return j.nothingMore()
}

// NotResumable returns why the sending cannot be resumed.
func (j *Job) NotResumable(unfinished int) string {
	switch {
	case j.Sends:
		return "it is being sent."
	case unfinished == 0:
		return "nothing is left to send."
	}
	return ""
}

func (j *Job) nothingMore() string {
	if j.ToSend() == 0 {
		return "nothing more is to be sent; what was sent is looked for."
	}
	return ""
}

// ToSend returns how many items are still to be sent.
func (j *Job) ToSend() int { return j.States()[importer.Queued] + j.States()[importer.Retrying] }
