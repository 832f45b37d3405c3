from django.urls import path

from registry.credits.web import accounts, board, endings, oversight, statements, transfers

app_name = "credits"
ACCOUNT = "credits/accounts/<int:pk>/"
urlpatterns = [
    path("credits/", accounts.holdings, name="holdings"),
    path("credits/open/", accounts.open_own, name="open_account"),
    path(ACCOUNT, accounts.account, name="account"),
    path(f"{ACCOUNT}close/", accounts.close, name="close"),
    path(f"{ACCOUNT}trusted/", accounts.trusted, name="trusted"),
    path(f"{ACCOUNT}trusted/<int:trusted_pk>/remove/", accounts.remove_trusted, name="remove_trusted"),
    path(f"{ACCOUNT}transfer/", transfers.new, name="transfer_new"),
    path(f"{ACCOUNT}retire/", endings.retire, name="retire"),
    path(f"{ACCOUNT}retire/file/", endings.retire_file, name="retire_file"),
    path(f"{ACCOUNT}cancel/", endings.cancel, name="cancel"),
    path(f"{ACCOUNT}sell/", board.new, name="list"),
    path(f"{ACCOUNT}statement/", statements.statement, name="statement"),
    path(f"{ACCOUNT}statement.csv", statements.as_csv, name="statement_csv"),
    path("credits/transfers/<int:pk>/", transfers.transfer, name="transfer"),
    path("credits/transfers/<int:pk>/<str:action>/", transfers.act, name="transfer_act"),
    path("credits/retirements/<int:pk>/", endings.retirement, name="retirement"),
    path("credits/serials/<int:number>/", accounts.serial, name="serial"),
    path("board/", board.board, name="board"),
    path("board/reference-prices/", board.reference_price, name="reference_price"),
    path("board/requests/<int:pk>/<str:action>/", board.answer, name="answer_request"),
    path("board/<int:pk>/", board.listing, name="listing"),
    path("board/<int:pk>/<str:action>/", board.act, name="listing_act"),
    path("oversight/", oversight.oversight, name="oversight"),
    path("oversight/freezes/", oversight.freeze, name="freeze"),
    path("oversight/freezes/<int:pk>/<str:action>/", oversight.freeze_act, name="freeze_act"),
    path("oversight/facts/", oversight.fact, name="fact"),
    path("reversals/of/<str:code>/", oversight.report, name="report_reversal"),
    path("reversals/<int:pk>/", oversight.reversal, name="reversal"),
    path("reversals/<int:pk>/<str:action>/", oversight.reversal_act, name="reversal_act"),
]
