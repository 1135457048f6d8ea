// Package oracle holds the tests that compare gonogo with real Django. They run with GONOGO_ORACLE=1, over the virtual
// environments that ./test makes; without it they are skipped.
package oracle
