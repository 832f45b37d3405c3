from django.utils.translation import gettext_lazy as _

from registry.core import acts

acts.name(people__set_notices=_("Choice of mails changed"))
