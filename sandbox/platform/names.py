"""What invented people, firms and places are called; each name beside the plain letters its e-mail address uses."""


def _paired(people: str) -> tuple[tuple[str, str], ...]:
    """Split names at commas; after an equals sign stand the plain letters where lower case alone will not do."""
    pairs = (name.strip().partition("=") for name in people.split(","))
    return tuple((name, plain or name.lower()) for name, _, plain in pairs)


FIRST_NAMES = _paired(
    "Ada, Agnes, Alan, Amara, Anita, Arthur, Beatrice, Ben, Carla, Cedric, Clara, Dana, David, Dolores, Edgar, Elena, "
    "Emil, Fatima, Felix, Flora, Gavin, Grace, Hana, Hugo, Imani, Ingrid, Isaac, Jasper, Joan, Kofi, Lena, Leo, Linda, "
    "Marcus, Maya, Nadia, Nigel, Olive, Oscar, Paula, Priya, Quentin, Ravi, Rosa, Samuel, Selma, Tariq, Tess, Ugo, "
    "Vera, Victor, Wanda, Xavier, Yara, Yusuf, Zelda, José=jose, Zoë=zoe, Søren=soren, Łukasz=lukasz, Chloé=chloe, "
    "İpek=ipek, Мария=maria, Игорь=igor, Ελένη=eleni, さくら=sakura, 민준=minjun, 伟=wei"
)
LAST_NAMES = _paired(
    "Abbott, Achterberg, Baker, Barlow, Calder, Castellan, Delgado, Drummond, Eastman, Ekwueme, Fairweather, Fontaine, "
    "Garland, Greenaway, Hallworth, Hinterland, Ibarra, Inkpen, Jacoby, Jankowski, Kestrel, Kimura, Lockridge, "
    "Lundgren, Marchetti, Merriweather, Northcote, Novak, Oakhurst, Okafor, Pemberton, Petrova, Quigley, Quill, "
    "Rasmussen, Ridgeway, Sandoval, Stonebridge, Tanaka, Thistlewood, Umber, Underhill, Vandermeer, Varga, Wainwright, "
    "Whitlock, Xiang, Yardley, Yilmaz, Zimmerlin, Müller=mueller, Nuñez=nunez, Dvořák=dvorak, Nguyễn=nguyen, "
    "Ångström=angstrom, Иванова=ivanova, Παππάς=pappas, 佐藤=sato, 김=kim, 王=wang, de la Cruz=delacruz, "
    "Smith-Jones=smithjones, van den Berg=vandenberg"
)
JOB_TITLES = (
    "Registered Nurse", "Nurse Practitioner", "Physical Therapist", "Pharmacist", "Social Worker", "Office Manager",
    "Care Coordinator", "Training Lead", "Home Health Aide", "Director of Nursing", "Dietitian", "Paramedic",
)  # fmt: skip
COMPANIES = (
    "Alder Grove Care", "Bluewater Health", "Cinder Hill Clinic", "Dove Lane Hospice", "Elm & Ash Therapy",
    "Foxglove Pharmacy", "Granite Falls Rehab", "Harbor Light Home Care", "Ivy Street Pediatrics", "Juniper Labs",
    "Kingfisher Dental", "Lantern Senior Living", "Maple Row Nursing", "Northwind Ambulance", "Orchard Behavioral",
)  # fmt: skip
INDUSTRIES = ("Hospitals", "Home health", "Senior living", "Behavioral health", "Pharmacy", "Education")
GENDERS = ("female", "male", "non-binary", "not said")
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "staff.example.org")
STREETS = (
    "Acorn Street", "Birch Avenue", "Cobble Lane", "Dovecote Road", "Elder Court", "Fern Terrace", "Gull Way",
    "Hollow Road", "Ironwood Drive", "Jasmine Place", "Kettle Lane", "Lark Street", "Mill Race", "Nettle Close",
)  # fmt: skip
PLACES = (
    ("Albany", "NY", "12207", "US"), ("Austin", "TX", "78701", "US"), ("Boise", "ID", "83702", "US"),
    ("Boston", "MA", "02108", "US"), ("Cary", "NC", "27511", "US"), ("Denver", "CO", "80202", "US"),
    ("Fargo", "ND", "58102", "US"), ("Macon", "GA", "31201", "US"), ("Miami", "FL", "33130", "US"),
    ("Omaha", "NE", "68102", "US"), ("Salem", "OR", "97301", "US"), ("Tulsa", "OK", "74103", "US"),
    ("Montréal", "QC", "H2Y 1C6", "CA"), ("Köln", None, "50667", "DE"), ("Leeds", None, "LS1 4AP", "GB"),
)  # fmt: skip
PHONE_FORMATS = (
    "+1{area}555{line}", "({area}) 555-{line}", "{area}-555-{line}", "{area}.555.{line}", "{area}555{line}",
    "{area} 555 {line}", "1-{area}-555-{line}", "+1 {area} 555 {line}", "{area}-555-{line} x12",
    "tel:+1-{area}-555-{line}",
)  # fmt: skip
"""The first is the clean one (E.164); the nine others are what people type."""
AREA_CODES = ("205", "303", "404", "512", "617", "702", "808", "919")
