package convert

import "fmt"

// UnfinishedError says that Commit has published nothing of a job, since tasks of it
// have not been run to their end, or their process has not ended yet.
type UnfinishedError struct {
	Job   string
	Tasks string // their numbers, as people read them
	Count int    // how many they are
}

// Error implements error.
func (e *UnfinishedError) Error() string {
	if e.Count > 1 {
		return fmt.Sprintf("commit job %s: tasks %s have not been run to their end", e.Job, e.Tasks)
	}
	return fmt.Sprintf("commit job %s: task %s has not been run to its end", e.Job, e.Tasks)
}
