package importer

import (
	"context"
	"time"
)

// NoQueue returns a queue and a lock for a run that has no place for them: there is nothing
// in it, and adding fails with err, which says why.
func NoQueue(err error) (Queue, Locker) { return noQueue{err}, noQueue{err} }

type noQueue struct{ err error }

func (q noQueue) Add(context.Context, []Entry, time.Time) (int, error)  { return 0, q.err }
func (q noQueue) Claim(context.Context, int, time.Time) ([]Item, error) { return nil, q.err }
func (q noQueue) Record(context.Context, []Item) error                  { return q.err }
func (q noQueue) Recover(context.Context) (int, error)                  { return 0, q.err }
func (q noQueue) Pending(context.Context) ([]Item, error)               { return nil, nil }
func (q noQueue) Unverified(context.Context) ([]Item, error)            { return nil, nil }
func (q noQueue) Claims(context.Context, string) ([]string, error)      { return nil, nil }
func (q noQueue) Work(context.Context) (Work, error)                    { return Work{}, nil }
func (q noQueue) Changed(_ context.Context, since int64) ([]Item, int64, error) {
	return nil, since, nil
}
func (q noQueue) Meta(context.Context, string) (string, error)  { return "", nil }
func (q noQueue) SetMeta(context.Context, string, string) error { return q.err }
func (q noQueue) TryLock(time.Time) (bool, error)               { return true, nil }
func (q noQueue) Unlock()                                       {}
func (q noQueue) Holder() (RunnerInfo, bool)                    { return RunnerInfo{}, false }

// Wait implements Queue: nothing ever changes.
func (q noQueue) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
