package importer

import (
	"context"
	"sync"

	"conviso-importer/conviso/importer/queue"
)

// pastBook is the queue's history as this process has read it. What is finished later comes as changes of
// the queue, so it is read once.
type pastBook struct {
	mu   sync.Mutex
	read *queue.History
}

// past reads the history, once.
func (e *Engine) past(ctx context.Context) (*queue.History, error) {
	e.pasts.mu.Lock()
	defer e.pasts.mu.Unlock()
	if e.pasts.read == nil {
		read, err := e.queue.Finished(ctx)
		if err != nil {
			return nil, err
		}
		e.pasts.read = read
	}
	return e.pasts.read, nil
}

// pastRead is the history if it was read.
func (e *Engine) pastRead() *queue.History {
	e.pasts.mu.Lock()
	defer e.pasts.mu.Unlock()
	return e.pasts.read
}
