"""What the account endpoints take and answer."""

from rest_framework import serializers

from webapp.accounts.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["username"]


class SignInSerializer(serializers.Serializer[None]):
    token = serializers.CharField(max_length=200, help_text="The secret of a one-time sign-in link.")
