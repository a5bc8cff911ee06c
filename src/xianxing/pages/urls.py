"""Addresses of the page kit, with those that the desk and the slices registered."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from xianxing.pages import (
    auditing,
    bulk,
    detail,
    editing,
    entrance,
    handling,
    importing,
    listing,
    lookup,
    organise,
    reading,
    saved,
    secondstep,
)
from xianxing.pages.extensions import ROUTES

REGISTER = "r/<slug:code>/"
RECORD = "r/<slug:code>/<str:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", entrance.log_in, name="login"),
    path("login/second/", secondstep.second_step, name="second_step"),
    path("login/passkey/", secondstep.enter_by_passkey, name="login_passkey"),
    path("login/passkey/ask/", secondstep.ask_passkey, name="login_passkey_ask"),
    path("enter/", entrance.one_click, name="enter"),
    path("logout/", entrance.log_out, name="logout"),
    path("password/", entrance.choose_password, name="password"),
    path("seat/", entrance.take_seat, name="seat"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("text/", reading.text_size, name="text"),
    path("search/", lookup.search_page, name="search"),
    path("jobs/<int:job>/", importing.job_page, name="job"),
    path("undo/<int:number>/", importing.undo_entry, name="undo"),
    path("audit/", auditing.audit_page, name="audit"),
    path("audit/<int:number>/", auditing.entry_page, name="audit_entry"),
    path("organise/", organise.tree_page, name="tree"),
    path("organise/person/<int:pk>/code/", organise.give_code, name="code"),
    path("organise/<slug:code>/<int:pk>/<slug:deed>/", organise.deed_page, name="deed"),
    *ROUTES,
    path(REGISTER, listing.list_page, name="list"),
    path(f"{REGISTER}new/", editing.new_page, name="new"),
    path(f"{REGISTER}draft/<slug:form>/", editing.save_draft, name="draft"),
    path(f"{REGISTER}options/", lookup.options, name="options"),
    path(f"{REGISTER}views/", saved.save_view, name="views"),
    path(f"{REGISTER}views/drop/", saved.forget_view, name="forget_view"),
    path(f"{REGISTER}views/mine/", saved.my_views, name="my_views"),
    path(f"{REGISTER}columns/", saved.choose_columns, name="columns"),
    path(f"{REGISTER}bulk/<slug:verb>/", bulk.bulk_page, name="bulk"),
    path(f"{REGISTER}template/", importing.template, name="template"),
    path(f"{REGISTER}baseline.xlsx", importing.baseline_book, name="baseline"),
    path(f"{REGISTER}export/", importing.export_page, name="export"),
    path(f"{REGISTER}export/<slug:token>/", importing.exported, name="exported"),
    path(f"{REGISTER}import/", importing.import_page, name="import"),
    path(f"{REGISTER}import/<slug:token>/", importing.imported, name="imported"),
    path(f"{REGISTER}import/<slug:token>/corrected.xlsx", importing.corrected, name="corrected"),
    path(RECORD, detail.detail_page, name="record"),
    path(f"{RECORD}edit/", editing.edit_page, name="edit"),
    path(f"{RECORD}move/<slug:move>/", handling.take_move, name="move"),
    path(f"{RECORD}status/", handling.set_status, name="status"),
    path(f"{RECORD}verify/", handling.verify_case, name="verify"),
    path(f"{RECORD}delete/", handling.delete_record, name="delete"),
    path(f"{RECORD}attach/", handling.attach_file, name="attach"),
    path(f"{RECORD}files/<int:file>/", handling.download, name="file"),
    path(f"{RECORD}files/<int:file>/picture/", handling.show_picture, name="picture"),
    path(f"{RECORD}files/<int:file>/withdraw/", handling.withdraw_file, name="withdraw"),
]
