// Package importer is the engine that every front end shares: it maps entities to projects,
// plans what is sent, keeps the queue of what was promised, sends it in batches, reads the
// platform's assets back until each item is seen there, and joins all that is read to a view
// with each entity's status. It must not know how any of it is shown: no terminal, no command line.
package importer
