package queue

import (
	"context"
	"time"

	"conviso-importer/catalog"
)

// None returns a queue and a lock for a run without a queue. It is empty; adding fails with err.
func None(err error) (Queue, Locker) { return none{err}, none{err} }

type none struct{ err error }

func (q none) Add(context.Context, []Entry, time.Time) (int, error)             { return 0, q.err }
func (q none) Claim(context.Context, int, time.Time, time.Time) ([]Item, error) { return nil, q.err }
func (q none) Cancel(context.Context, []catalog.Ref) (taken, others []Item, err error) {
	return nil, nil, q.err
}
func (q none) Record(context.Context, []Item) error                  { return q.err }
func (q none) Recover(context.Context) (int, error)                  { return 0, q.err }
func (q none) Doubt(context.Context, time.Time) (int, error)         { return 0, q.err }
func (q none) Pending(context.Context) ([]Item, error)               { return nil, nil }
func (q none) EachPending(context.Context, func([]Item) error) error { return nil }
func (q none) Unverified(context.Context) ([]Item, error)            { return nil, nil }
func (q none) Claims(context.Context, string) ([]string, error)      { return nil, nil }
func (q none) Work(context.Context) (Work, error)                    { return Work{}, nil }
func (q none) Finished(context.Context) (*History, error)            { return nil, nil }
func (q none) Items(context.Context, int64) ([]Item, int64, error) {
	return nil, 0, nil
}
func (q none) Forget(context.Context, time.Time) error { return q.err }
func (q none) Changed(_ context.Context, since int64) ([]Item, int64, error) {
	return nil, since, nil
}
func (q none) Meta(context.Context, string) (string, error)  { return "", nil }
func (q none) SetMeta(context.Context, string, string) error { return q.err }
func (q none) Blob(context.Context, string) ([]byte, error)  { return nil, nil }
func (q none) SetBlob(context.Context, string, []byte) error { return q.err }
func (q none) Known(context.Context) ([]Known, error)        { return nil, nil }
func (q none) Remember(context.Context, []Known) error       { return q.err }
func (q none) TryLock(time.Time) (bool, error)               { return true, nil }
func (q none) Unlock()                                       {}
func (q none) Holder() (RunnerInfo, bool)                    { return RunnerInfo{}, false }

func (q none) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
