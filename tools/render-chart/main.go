// Renders the Helm chart as Helm's own engine does: Go's text/template, Sprig's functions, and the few that Helm adds. For machines without
// Helm; Debian has what it needs: golang-go, golang-github-masterminds-sprig-dev, golang-k8s-sigs-yaml-dev. It checks neither the values
// against their schema nor what comes out: test/deploy does.
//
//	go run main.go CHART VALUES…
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("usage: main.go CHART VALUES…"))
	}
	chart := os.Args[1]
	about := readYaml(filepath.Join(chart, "Chart.yaml"))
	values := readYaml(filepath.Join(chart, "values.yaml"))
	for _, path := range os.Args[2:] {
		values = merge(values, readYaml(path))
	}
	data := map[string]any{
		// Of the fields of Chart.yaml, those that templates read under these names.
		"Chart":   map[string]any{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release": map[string]any{"Name": "hwanbul", "Namespace": "payments", "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
		"Values":  values,
	}

	all := template.New("chart").Option("missingkey=zero")
	all.Funcs(sprig.TxtFuncMap()).Funcs(template.FuncMap{
		"toYaml": func(value any) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"include": func(name string, data any) (string, error) {
			var text bytes.Buffer
			err := all.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"required": func(warning string, value any) (any, error) {
			if value == nil || value == "" {
				return value, errors.New(warning)
			}
			return value, nil
		},
	})
	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	fail(err)
	sort.Strings(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		fail(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		fail(err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var text bytes.Buffer
		fail(all.ExecuteTemplate(&text, name, data))
		// With missingkey=zero, what is missing in a map of interfaces is told so; Helm leaves it out.
		rendered := strings.TrimSpace(strings.ReplaceAll(text.String(), "<no value>", ""))
		if rendered == "" {
			continue
		}
		if name == "NOTES.txt" {
			rendered = "# " + strings.ReplaceAll(rendered, "\n", "\n# ")
		}
		fmt.Printf("---\n# Source: %s\n%s\n", name, strings.ReplaceAll(rendered, "\n# \n", "\n#\n"))
	}
}

// As Helm: a map is merged, all else replaced.
func merge(base, over map[string]any) map[string]any {
	for key, value := range over {
		below, isMap := base[key].(map[string]any)
		if above, areMaps := value.(map[string]any); isMap && areMaps {
			base[key] = merge(below, above)
		} else {
			base[key] = value
		}
	}
	return base
}

func readYaml(path string) map[string]any {
	text, err := os.ReadFile(path)
	fail(err)
	read := map[string]any{}
	fail(yaml.Unmarshal(text, &read))
	return read
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
