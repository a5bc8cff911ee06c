"""Addresses of the desk."""

from django.urls import URLPattern, path

from xianxing.desk import amend, cockpit, gantt, measure, mydesk, plan, wall

urlpatterns: list[URLPattern] = [
    path("", cockpit.cockpit, name="cockpit"),
    path("wall/", wall.wall, name="wall"),
    path("changes/", cockpit.changes_page, name="changes"),
    path("due/", cockpit.due_page, name="due"),
    path("late/", cockpit.late_page, name="late"),
    path("numbers/", cockpit.numbers_page, name="numbers"),
    path("desk/", mydesk.desk, name="desk"),
    path("desk/mark-read/", mydesk.read_notices, name="mark_read"),
    path("desk/follow/", mydesk.toggle_follow, name="follow"),
    path("desk/<slug:which>/", mydesk.desk, name="desk_list"),
    path("plan/", plan.plan_index, name="plans"),
    path("plan/node/<int:pk>/", plan.node_redirect, name="plan_node"),
    path("plan/<str:code>/", plan.plan_page, name="plan"),
    path("plan/<str:code>/table/", plan.table_page, name="plan_table"),
    path("plan/<str:code>/table.xlsx", plan.workbook, name="plan_workbook"),
    path("plan/<str:code>/gantt/", gantt.gantt_page, name="plan_gantt"),
    path("plan/<str:code>/<str:number>/", measure.measure_page, name="measure"),
    path("plan/<str:code>/<str:number>/comment/", amend.add_comment, name="plan_comment"),
    path("plan/<str:code>/<str:number>/links/", amend.add_link, name="plan_link"),
    path("plan/<str:code>/<str:number>/links/<int:link>/remove/", amend.remove_link, name="plan_unlink"),
]
