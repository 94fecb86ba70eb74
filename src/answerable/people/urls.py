"""The addresses of signing in, of one's own account, and of an agency's people."""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from csp.decorators import csp_update
from django.urls import include, path

from answerable.people import pages, staff

app_name = "people"
urlpatterns = [
    path("account/", pages.account, name="account"),
    path("people/", staff.people, name="people"),
    path("people/<str:agency>/", staff.agency, name="agency"),
    path("people/<str:agency>/add/", staff.add, name="add"),
    path("people/<str:agency>/<int:number>/", staff.person, name="person"),
    path("people/<str:agency>/<int:number>/give/", staff.give, name="give"),
    path("people/<str:agency>/<int:number>/end/<str:role>/", staff.end, name="end"),
    path("people/<str:agency>/<int:number>/link/", staff.link, name="link"),
    path(
        "people/<str:agency>/<int:number>/second-step/",
        staff.remove_second_step,
        name="remove_second_step",
    ),
    path("accounts/first-password/<str:secret>/", pages.first_password, name="first_password"),
]

# The library looks its pages up by these names, without a room before them. Those that
# would let somebody change what an administrator has entered are closed.
sign_in_urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    # The one picture that is written into its page: the matrix code of a new secret.
    path(
        "accounts/second-step/totp/activate/",
        csp_update({"img-src": ["data:"]})(totp.activate_totp),
    ),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    *(
        path(f"accounts/closed/{name}/", pages.closed, name=f"account_{name}")
        for name in (
            "signup",
            "email",
            "set_password",
            "reset_password",
            "email_verification_sent",
            "confirm_login_code",
        )
    ),
]
