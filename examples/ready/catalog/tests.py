from django.test import TestCase

from .models import Category, Product


class ProductTests(TestCase):
    def test_products_are_listed_with_a_constant_number_of_queries(self):
        books = Category.objects.create(name="Books")
        for n in range(3):
            Product.objects.create(category=books, name=f"Book {n}", sku=str(n), price=5)
        with self.assertNumQueries(2):
            answer = self.client.get("/")
        self.assertContains(answer, "Book 2 (Books)")
