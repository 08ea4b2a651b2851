"""How a problem looks in OpenAPI, wherever one is part of an answer."""

from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[None]):
    """What is wrong, with what, and what to do."""

    code = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()
    where = serializers.DictField()
