//! XML: elements are records, attributes are their values, and a record may stand inside another.

use super::Trial;
use super::contract_text::{column, text_column};

fn small() -> Trial {
    let practices =
        column("Nr", "type = \"text\"\npattern = \"[0-9]{6}\"") + &column("Fra", "type = \"date\"\noptional = true");
    let persons =
        column("../Nr", "type = \"text\"").replace("name = \"../Nr\"", "name = \"nr\"") + &text_column("Rolle");
    let contract = format!(
        "files = [\"reg.xml\"]\nsensitivity = \"practice\"\n[format]\nkind = \"xml\"\nencoding = \"utf-8\"\nroot = \"reg\"\n\
         dates = \"yyyyMMdd\"\n[[table]]\nname = \"yder\"\nelement = \"Yder\"\nkey = [\"Nr\"]\n{practices}\
         [[table]]\nname = \"person\"\nelement = \"Person\"\n{persons}"
    );
    let small = Trial::new("reg", &contract);
    // What the contract does not know is left out, and not refused.
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    small
}

#[test]
fn records_inside_others_know_where_they_stand_and_rows_are_lines() {
    let small = small();
    small.extract(
        "reg.xml",
        "<?xml version=\"1.0\"?>\n<reg>\n<Yder Nr=\"001234 \" Fra=\"20180101\">\n<Person\n  Rolle=\"Ejer\"/>\n</Yder>\n\
         <Yder\n  Nr=\"12\"/>\n<Yder Nr=\"001234\"/>\n</reg>\n",
    );
    assert_eq!(small.staged("person"), ["001234|Ejer"]);
    assert_eq!(small.staged("yder"), ["001234|2018-01-01"]);
    assert_eq!(small.rejected(), ["7 pattern Nr: 12", "9 duplicate_key Nr: 001234 as in row 3"]);
}

#[test]
fn an_attribute_that_a_delivery_may_lack_may_be_missing_everywhere() {
    assert_eq!(small().extract("reg.xml", "<reg><Yder Nr=\"001234\"/></reg>").staged("yder"), ["001234|"]);
    let told = small().extract("reg.xml", "<reg><Yder Fra=\"20180101\"/></reg>").refused();
    assert!(told.contains("the column `Nr` is missing"), "{told}");
}

#[test]
fn a_record_of_another_name_is_no_control_row() {
    let small = small();
    small.extract("reg.xml", "<reg>\n<Liste>\n<Yder Nr=\"001234\"/>\n<YDER Nr=\"005678\"/>\n</Liste></reg>");
    assert_eq!(small.rejected(), ["4 record_type : no element `YDER` in the contract"]);
    assert_eq!(["read", "accepted", "control"].map(|measure| small.count(measure, "")), [3, 1, 1]);
}

#[test]
fn elements_of_kinds_that_the_contract_does_not_know_are_passed_over_and_counted_by_name() {
    let small = small();
    let (yder, kapacitet) = ("<Yder Nr=\"001234\"><Person Rolle=\"Ejer\"/>", "<Kapacitet Antal=\"2\"/>");
    small.extract("reg.xml", format!("<reg>\n{yder}{kapacitet}</Yder>\n{kapacitet}<Lokation By=\"Ærø\"/></reg>"));
    assert_eq!(small.rejected(), [""; 0]);
    assert_eq!((small.count("record_type", "Kapacitet"), small.count("record_type", "Lokation")), (2, 1));
    assert_eq!(["read", "accepted", "control"].map(|measure| small.count(measure, "")), [5, 2, 3]);
    small.edit(|toml| toml.replace("rows = \"quarantine\"", "rows = \"quarantine\", record_types = \"freeze\""));
    let told = small.refused();
    assert!(told.contains("the record type `Kapacitet` is not in the contract\n  file reg.xml\n  row 2\n"), "{told}");
    let small = super::xml::small();
    small.extract("reg.xml", "<reg><Yder Nr=\"001234\"/><Ansat Rolle=\"Ejer\"/></reg>");
    let told = small.refused();
    assert!(told.contains("no record is of type `Person`"), "{told}");
}

#[test]
fn the_day_of_a_delivery_may_stand_on_its_root_and_be_written_in_its_own_way() {
    let small = small();
    small.edit(|toml| {
        let day = "extract_date = { element = \"reg\", attribute = \"Dan\", dates = \"dd-MM-yyyy\" }\ndates";
        toml.replace("reg.xml", "reg_{date}.xml").replace("dates", day)
    });
    let file = |day: &str| format!("<reg Dan=\"{day}\"><Yder Nr=\"001234\"/></reg>");
    small.extract("reg_20180418.xml", file("18-04-2018"));
    assert_eq!(small.staged("yder"), ["001234|"]);
    let told = small.extract("reg_20180418.xml", file("19-04-2018")).refused();
    assert!(told.contains("19-04-2018"), "{told}");
}

#[test]
fn what_is_no_whole_document_is_refused() {
    let record = "<Yder Nr=\"001234\"/>";
    for (file, said) in [
        (format!("<reg>{record}</reg><reg>{record}</reg>"), "a second root element begins"),
        (format!("<reg>{record}</reg>slut"), "text stands outside the root element"),
        (format!("<reg>{record}"), "the extract is cut off: the element `reg` is not closed"),
        (format!("<reg>{record}<!-- "), "the extract is cut off"),
        (format!("<reg>{record}</rag>"), "the extract can't be parsed as XML"),
        (format!("<register>{record}</register>"), "the root element is `register`, not `reg`"),
        (format!("<reg>{}</reg>", "<a>".repeat(70)), "elements stand more than 64 deep in each other"),
        (format!("<reg><Yder Nr=\"{}\"/></reg>", "1".repeat(5_000_000)), "the record is longer than 4194304 bytes"),
        (format!("<reg><!--{}--></reg>", " ".repeat(5_000_000)), "the record is longer than 4194304 bytes"),
    ] {
        let told = small().extract("reg.xml", &file).refused();
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn elements_with_no_column_of_the_contract_lack_them() {
    let columns = column("a", "type = \"text\"\nnullable = true") + &column("b", "type = \"text\"\nnullable = true");
    let contract = format!(
        "files = [\"reg.xml\"]\nsensitivity = \"practice\"\n[format]\nkind = \"xml\"\nencoding = \"utf-8\"\nroot = \"Reg\"\n\
         [[table]]\nname = \"reg\"\nelement = \"R\"\n{columns}"
    );
    let small = Trial::new("reg", &contract);
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    for rows in ["<R x=\"1\"/><R x=\"2\"/>", "<R><a>1</a><b>2</b></R>"] {
        let told = small.extract("reg.xml", format!("<Reg>{rows}</Reg>")).refused();
        assert!(told.contains("the column `a` is missing"), "{told}");
    }
}
