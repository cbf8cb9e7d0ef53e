// Package status decides each entity's import status and what marking in bulk may take: pure functions of a snapshot,
// assets, the queue's items and history, known and other assets. It must not know when and how any of these is read,
// nor what a plan or a sender makes of a status.
package status
