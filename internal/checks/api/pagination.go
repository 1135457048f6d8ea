package api

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func pagination() check.Check {
	return check.Check{
		ID: "api/pagination", Severity: check.Critical, Source: answerPagination,
		Doc: check.Doc{
			Title: "A list is answered page by page",
			Why: `A list view without pagination answers with the whole table. That works on the day of the release and grows with the data: one request takes all the memory of a worker, and anybody can send it.

DEFAULT_PAGINATION_CLASS and PAGE_SIZE belong together: the class alone paginates nothing. Clients see another shape of answer (results, next), so the earlier the better.`,
			Fix:    "Set `\"DEFAULT_PAGINATION_CLASS\": \"rest_framework.pagination.PageNumberPagination\"` and `\"PAGE_SIZE\": 50` in REST_FRAMEWORK; a class of your own that takes a page size from the client needs max_page_size.",
			Verify: "`curl -s https://example.com/api/orders/ | head -c 60` begins with `{\"count\":`.",
			Bad: []check.Example{
				apiExample("All orders at once.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
				apiExample("A class without a size does nothing.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination"}
`, ""),
			},
			Good: []check.Example{
				apiExample("Fifty at a time.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: setting the pagination style", check.RESTDocs+"api-guide/pagination/#setting-the-pagination-style"),
				check.See("OWASP API Security: unrestricted resource consumption", "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/"),
			},
			Triggers: []string{
				"no default class, and list views without one of their own",
				"a class of the framework without PAGE_SIZE",
				"a class by which a client chooses any size of a page: page_size_query_param without max_page_size, LimitOffsetPagination without max_limit",
			},
		},
	}
}

func answerPagination(p *check.SourcePass) check.Answer {
	rest := withREST(p, func(w *django.World, all viewsOf) check.Answer {
		return together(unpaginated(w, all), unboundedPages(all()))
	}, "REST_FRAMEWORK")
	return beside(rest, withNinja(p, endlessOperations), withGraphQL(p, endlessFields))
}

// unpaginated judges the default and the lists that rely on it.
func unpaginated(w *django.World, all viewsOf) check.Answer {
	class, size := w.REST("DEFAULT_PAGINATION_CLASS"), w.REST("PAGE_SIZE")
	if class.Value.IsUnknown() || size.Value.IsUnknown() && len(size.Value.Env()) == 0 {
		return check.Unclear(doubt(class))
	}
	name, _ := class.Value.AsStr()
	own := name != "" && !strings.HasPrefix(name, "rest_framework.pagination.")
	// LimitOffsetPagination and CursorPagination too take PAGE_SIZE as their default limit and paginate nothing without it.
	sized := size.Value.IsUnknown() || size.Value.Truth() == eval.Yes
	if check.IsOn(class.Value) != eval.No && (own || sized) {
		return check.Passed("lists are paginated by default")
	}
	views, unsure := reliant(all, project.RESTView.Lists, "pagination_class", "paginator", "paginate_queryset", "list")
	whole := views[:0]
	for _, v := range views {
		if v.Gives("get_queryset", "filter_queryset") { // it may answer with the few objects of one user
			unsure = true
		} else {
			whole = append(whole, v)
		}
	}
	views = whole
	if len(views) == 0 {
		if unsure {
			return check.Unclear("no pagination by default; some list views choose their objects themselves or inherit from classes outside the project, which is not read yet")
		}
		return check.Passed("no list view relies on the default")
	}
	f := check.Finding{Severity: check.Recommended, At: class.At, Fix: `"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination", "PAGE_SIZE": 50`}
	f.Related = []check.Related{{Message: views[0].Name + " lists objects and has no pagination of its own", At: views[0].At}}
	if check.IsOn(class.Value) == eval.No {
		f.Message = fmt.Sprintf("%s: %s with the whole table; set a class and PAGE_SIZE", notSet(class), answers(views))
	} else {
		f.Message = fmt.Sprintf("DEFAULT_PAGINATION_CLASS is %s and PAGE_SIZE is not set, so nothing is paginated: %s with the whole table; set PAGE_SIZE", last(name), answers(views))
	}
	return check.Failed(f)
}

func answers(views []project.RESTView) string {
	if len(views) == 1 {
		return views[0].Name + " answers"
	}
	return some(views) + " answer"
}
