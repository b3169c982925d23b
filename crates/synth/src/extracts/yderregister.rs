//! The Yderregister as interface S1040025 delivers it: a full dump with history, in XML with all
//! values in attributes, padded with blanks to the width of their field.

use jiff::civil::Date;

use crate::SynthError;
use crate::calendar::{compact, extract_day};
use crate::country::calibration::REGIONS;
use crate::country::{Country, Provider, Role, Staff};
use crate::defects;
use crate::files::{Cell, Coverage, Element, Folder, Xml, XmlFile, repacked};

/// Attributes of a provider with their widths, in the order of the file.
const PROVIDER: [(&str, usize); 15] = [
    ("HistIdYder", 16),
    ("AmtKodeYder", 2),
    ("AmtTxtYder", 60),
    ("YdernrYder", 6),
    ("PrakBetegn", 50),
    ("AdrYder", 50),
    ("PostnrYder", 4),
    ("PostdistYder", 20),
    ("TilgDatoYder", 8),
    ("AfgDatoYder", 8),
    ("HvdSpecKode", 2),
    ("HvdSpecTxt", 60),
    ("HvdTlf", 8),
    ("EmailYder", 50),
    ("WWW", 78),
];

/// Attributes of a person with their widths, in the order of the file.
const PERSON: [(&str, usize); 7] = [
    ("HistIdPerson", 16),
    ("YdernrPerson", 6),
    ("TilgDatoPerson", 8),
    ("AfgDatoPerson", 8),
    ("CprNr", 10),
    ("PersonrolleKode", 2),
    ("PersonrolleTxt", 60),
];

/// Of so many providers one states its address, telephone, mail and web site, which nobody reads: invented.
const REACHABLE: usize = 10;

/// One `Person` element.
#[derive(Debug, Clone, Default)]
pub(crate) struct PersonRow {
    pub(crate) number: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) cpr: String,
    pub(crate) role: String,
    pub(crate) role_text: String,
}

/// One `Yder` element with its persons.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProviderRow {
    pub(crate) region: String,
    pub(crate) region_name: String,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) postal_code: String,
    pub(crate) postal_district: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) specialty: String,
    pub(crate) specialty_text: String,
    /// Telephone, mail and web site.
    pub(crate) contact: [String; 3],
    pub(crate) persons: Vec<PersonRow>,
}

/// Writes the register as it was on the day of the year's extract. The numbers of its history, which nobody reads, are left
/// open.
pub(crate) fn write(country: &Country<'_>, year: i16, seed: u64, folder: &Folder) -> Result<(), SynthError> {
    let day = extract_day(year);
    let date = compact(day);
    let path = repacked(&format!("yderregister/S1040025_{date}.xml.gz"), year);
    let (providers, persons) = (PROVIDER.map(|field| field.0), PERSON.map(|field| field.0));
    let (provider_widths, person_widths) = (PROVIDER.map(|field| field.1), PERSON.map(|field| field.1));
    let xml = Xml {
        root: "etds1040025XML",
        start: &format!(
            "<Start OpgDato=\"{date}\" Timestamp=\"{date}073015000000\" Modt=\"F053  \" SnitfladeId=\"S1040025\"/>"
        ),
        outer: Element { name: "Yder", table: "yder", attributes: &providers, widths: &provider_widths },
        inner: Element { name: "Person", table: "yder_person", attributes: &persons, widths: &person_widths },
    };
    let mut file = folder.xml(&path, Coverage::Everybody, xml)?;
    for row in rows(country, year, seed, folder) {
        write_provider(&mut file, &row)?;
    }
    file.finish(|records| format!("<Slut AntPost=\"{records:08}\"/>"))
}

/// The providers, with their persons; without the usual defects where faults are sown and listed: these would not be on
/// the list.
fn rows(country: &Country<'_>, year: i16, seed: u64, folder: &Folder) -> Vec<ProviderRow> {
    let day = extract_day(year);
    let mut rows: Vec<ProviderRow> = country
        .providers
        .iter()
        .enumerate()
        .filter(|(_, provider)| provider.opened <= day)
        .map(|(index, provider)| provider_row(country, index, provider, day))
        .collect();
    rows.sort_by(|a, b| (&a.number, &a.from).cmp(&(&b.number, &b.from)));
    if !folder.has_faults() {
        defects::yderregister(year, seed, &mut rows);
    }
    rows
}

fn provider_row(country: &Country<'_>, index: usize, provider: &Provider, day: Date) -> ProviderRow {
    let region = &REGIONS[provider.region];
    let place = &country.places.list[provider.place_on(day)];
    let persons = provider.staff.iter().filter(|staff| staff.from <= day);
    let is_reachable = index.is_multiple_of(REACHABLE);
    ProviderRow {
        region: region.register_code.to_owned(),
        region_name: region.name.to_owned(),
        number: format!("{:06}", provider.number),
        name: provider.name.clone(),
        address: if is_reachable { provider.address.clone() } else { String::new() },
        postal_code: format!("{}{}", region.postal_digit, place.code),
        postal_district: place.name.clone(),
        from: compact(provider.opened),
        to: known(provider.closed, day),
        specialty: provider.specialty.code.to_owned(),
        specialty_text: provider.specialty.text.to_owned(),
        contact: if is_reachable { contact(provider.number) } else { Default::default() },
        persons: persons.map(|staff| person_row(country, provider, staff, day)).collect(),
    }
}

/// Telephone, mail and web site are made of the number: whatever they are, nobody answers.
fn contact(number: u32) -> [String; 3] {
    [format!("00{number:06}"), format!("yder{number:06}@example.dk"), format!("www.example.dk/{number:06}")]
}

fn person_row(country: &Country<'_>, provider: &Provider, staff: &Staff, day: Date) -> PersonRow {
    let (role, role_text) = match staff.role {
        Role::Owner => (provider.specialty.owner_role, "Ejer"),
        Role::Employed => ("42", "Ansat"),
        Role::Nurse => ("26", "Sygeplejerske"),
    };
    PersonRow {
        number: format!("{:06}", provider.number),
        from: compact(staff.from),
        to: known(staff.to, day),
        cpr: country.persons[staff.person].cpr.clone(),
        role: role.to_owned(),
        role_text: role_text.to_owned(),
    }
}

/// A day after the extract is not known yet.
fn known(end: Option<Date>, day: Date) -> String {
    end.filter(|end| *end <= day).map(compact).unwrap_or_default()
}

fn write_provider(file: &mut XmlFile<'_>, row: &ProviderRow) -> Result<(), SynthError> {
    let [telephone, email, web] = &row.contact;
    let provider = [
        "",
        &row.region,
        &row.region_name,
        &row.number,
        &row.name,
        &row.address,
        &row.postal_code,
        &row.postal_district,
        &row.from,
        &row.to,
        &row.specialty,
        &row.specialty_text,
        telephone,
        email,
        web,
    ];
    file.record(&provider.map(Cell::Text), &row.persons.iter().map(person_cells).collect::<Vec<_>>())
}

fn person_cells(row: &PersonRow) -> Vec<Cell<'_>> {
    let texts = ["", &row.number, &row.from, &row.to, &row.cpr, &row.role, &row.role_text];
    texts.into_iter().map(Cell::Text).collect()
}
