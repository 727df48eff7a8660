// Command house checks this repository against the rules of the house, as go
// test . does, or prints the depguard rules that belong into .golangci.yml.
//
//	go run ./tools/house
//	go run ./tools/house -depguard
//
// The rules are in package tools/house/rules, not here.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/portolan-io/terraform-provider-portolan/tools/house/rules"
)

func main() {
	depguard := flag.Bool("depguard", false, "print the depguard rules and stop")
	flag.Parse()
	if err := house(*depguard); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

func house(depguard bool) error {
	if depguard {
		text, err := rules.DepguardYAML()
		fmt.Print(text)
		return err
	}
	tree, err := rules.Load(os.DirFS("."))
	if err != nil {
		return err
	}
	broken := 0
	for _, rule := range rules.Rules() {
		for _, violation := range rule.Check(tree) {
			fmt.Printf("%-13s %s\n", rule.Name, violation)
			broken++
		}
	}
	if broken > 0 {
		return errors.New("the rules are broken, see above")
	}
	return nil
}
