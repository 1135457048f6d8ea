// Package templates reads Django's template language and finds the templates of a project.
//
// The lexer and the parser accept what django.template accepts and reject what it rejects; tags and filters of libraries that are not
// Django's own are taken as they come. Nothing is rendered. Templates of Jinja2 are read by package jinja.
package templates
