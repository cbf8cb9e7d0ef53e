// Package home knows where a queue is at home: which machines may send it, and, on a file system whose locks
// may not hold, which run's turn it is. It must not know items, nor what a front end does about a refusal.
package home

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safetext"
)

// metaMachines is the key of the machines, the one that sent last at the end.
const metaMachines = "machines"

// mostMachines bounds the list of a home that many hosts share.
const mostMachines = 100

// Values are the small values that stand beside a queue's items.
type Values interface {
	Meta(ctx context.Context, key string) (string, error)
	SetMeta(ctx context.Context, key, value string) error
}

// Home is a queue on one machine. A nil Home lets everybody send.
type Home struct {
	values  Values
	machine Machine
	turn    *Turn
}

// New returns the home of a queue on a machine. The turn is nil on a local disk; elsewhere other hosts may
// share the queue.
func New(values Values, machine Machine, turn *Turn) *Home {
	return &Home{values: values, machine: machine, turn: turn}
}

// CopiedError reports that a queue was copied from another machine, which may send the same.
type CopiedError struct{ From, Here string }

// from is the other machine, which may have the name of this one.
func (e *CopiedError) from() string {
	if e.From == e.Here {
		return "another machine called " + safetext.Line(e.From)
	}
	return safetext.Line(e.From)
}

// Words are the sentence without what to do, which front ends know.
func (e *CopiedError) Words() string {
	return fmt.Sprintf("this queue was copied from %s, so it is not sent", e.from())
}

// Question asks whether it may be sent. Narrow windows cut its end.
func (e *CopiedError) Question() string {
	return fmt.Sprintf("Take over the queue of %s? Nothing may be sent from it there any more.", e.from())
}

func (e *CopiedError) Error() string {
	return fmt.Sprintf("this queue was copied from %s, and what waits in it may be sent there too, so nothing is sent from here; "+
		"if it has moved here for good, say so once with conviso-importer resume --adopt-queue, else set CONVISO_STATE_DIR to another folder", e.from())
}

// Check returns a *CopiedError for a queue of other machines on a local disk. A queue that knows none, as of an
// older version, is at home wherever it is.
func (h *Home) Check(ctx context.Context) error {
	if h == nil || h.machine.ID == "" {
		return nil
	}
	_, err := h.known(ctx)
	return err
}

// Enter is Check that also adds this machine.
func (h *Home) Enter(ctx context.Context) error {
	if h == nil || h.machine.ID == "" {
		return nil
	}
	known, err := h.known(ctx)
	if err != nil {
		return err
	}
	return h.add(ctx, known)
}

// Adopt adds this machine to a queue that was copied.
func (h *Home) Adopt(ctx context.Context) error {
	if h == nil || h.machine.ID == "" {
		return nil
	}
	known, err := h.machines(ctx)
	if err != nil {
		return err
	}
	return h.add(ctx, known)
}

func (h *Home) known(ctx context.Context) ([]Machine, error) {
	known, err := h.machines(ctx)
	if err != nil || len(known) == 0 || h.turn != nil || slices.ContainsFunc(known, h.same) {
		return known, err
	}
	return nil, &CopiedError{From: known[len(known)-1].Host, Here: h.machine.Host}
}

func (h *Home) same(m Machine) bool { return m.ID == h.machine.ID }

func (h *Home) machines(ctx context.Context) ([]Machine, error) {
	text, err := h.values.Meta(ctx, metaMachines)
	var known []Machine
	if err != nil || json.Unmarshal([]byte(text), &known) != nil {
		// What cannot be read counts as missing, as everywhere beside the items.
		return nil, err
	}
	return known, nil
}

// add puts this machine at the end.
func (h *Home) add(ctx context.Context, known []Machine) error {
	if n := len(known); n > 0 && known[n-1] == h.machine {
		return nil
	}
	known = append(slices.DeleteFunc(known, h.same), h.machine)
	doc, err := json.Marshal(known[max(0, len(known)-mostMachines):])
	if err != nil {
		return err
	}
	return h.values.SetMeta(ctx, metaMachines, string(doc))
}

// Take takes the turn, or reports that another run has it.
func (h *Home) Take(ctx context.Context) (bool, error) {
	if h == nil || h.turn == nil {
		return true, nil
	}
	return h.turn.take(ctx)
}

// Confirm renews the turn; an *OvertakenError says that another run has taken it.
func (h *Home) Confirm() error {
	if h == nil || h.turn == nil {
		return nil
	}
	return h.turn.confirm()
}

// Next is when the turn must be confirmed at the latest; zero where there are none.
func (h *Home) Next() time.Time {
	if h == nil || h.turn == nil {
		return time.Time{}
	}
	return h.turn.written.Add(beat)
}

// Leave gives the turn back.
func (h *Home) Leave() {
	if h != nil && h.turn != nil {
		h.turn.leave()
	}
}

// Busy returns the other run whose turn it is.
func (h *Home) Busy(now time.Time) (queue.RunnerInfo, bool) {
	if h == nil || h.turn == nil {
		return queue.RunnerInfo{}, false
	}
	return h.turn.busy(now)
}
