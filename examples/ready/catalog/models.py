from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models

PHOTO_LIMIT = 4 * 1024 * 1024


def small_enough(photo):
    if photo.size > PHOTO_LIMIT:
        raise ValidationError("A photo may have 4 MB.")


class Category(models.Model):
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name


class Product(models.Model):
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    sku = models.CharField(max_length=20, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    photo = models.FileField(
        upload_to="products/",
        blank=True,
        validators=[FileExtensionValidator(["jpg", "png", "webp"]), small_enough],
    )

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name
