// Package house holds the project's own rules as tests: how long files are, which package
// may import which, who may touch the network, the disk and the terminal. It has no code
// that runs in the product and knows the other packages only as source text.
package house
