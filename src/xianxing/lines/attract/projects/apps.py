"""The projects slice as a Django app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "xianxing.lines.attract.projects"
    label = "attract_projects"
