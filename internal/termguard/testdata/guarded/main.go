// Command guarded links Bubble Tea behind the guard and prints one line.
package main

import (
	"fmt"

	_ "conviso-importer/internal/termguard"

	_ "github.com/charmbracelet/bubbletea"
)

func main() { fmt.Println("main runs") }
