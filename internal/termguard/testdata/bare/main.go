// Command bare is guarded without the guard: it shows what there is to guard against.
package main

import (
	"fmt"

	_ "github.com/charmbracelet/bubbletea"
)

func main() { fmt.Println("main runs") }
