// Package deploycheck compares gonogo with `manage.py check --deploy`: it generates settings, holds what three versions of Django
// answered about them, and knows which of gonogo's findings says what which of Django's ids says.
//
// The comparison with the recorded answers is quick and needs no Django. Package oracle asks real Django whether they are current.
package deploycheck
