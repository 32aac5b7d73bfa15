"""The one person that a test types into a form: nobody, and of no sample."""

PERSON = {
    "user_id": "person-4711",
    "email": "wilhelmina.knospe@example.org",
    "first_name": "Wilhelmina",
    "last_name": "Knospenberg",
    "phone": "+1 555 010 0147",
}
