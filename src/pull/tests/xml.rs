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
    let told = small.extract("reg.xml", "<Reg><R x=\"1\"/><R x=\"2\"/></Reg>").refused();
    assert!(told.contains("the column `a` is missing"), "{told}");
}

/// A register of one kind of record, in a character set.
fn register(encoding: &str, more: &str) -> Trial {
    let columns = text_column("nr") + &column("antal", &format!("type = \"integer\"\noptional = true\n{more}"));
    let contract = format!(
        "files = [\"reg.xml\"]\nsensitivity = \"practice\"\n[format]\nkind = \"xml\"\nencoding = \"{encoding}\"\nroot = \"R\"\n\
         trailer = {{ element = \"Slut\", attribute = \"Antal\" }}\n[[table]]\nname = \"p\"\nelement = \"p\"\n{columns}"
    );
    Trial::new("reg", &contract)
}

#[test]
fn a_text_between_elements_is_kept_aside_with_its_line() {
    let small = register("utf-8", "");
    let record = "<p nr=\"a\" antal=\"1\"/>";
    // A trailer counts the records that are there, or those too that are none any more.
    for (content, count, row) in [
        (format!("{record}\n&lt;p nr=\"b\" antal=\"2\"/&gt;\n p nr=\"c\" antal=\"3\"/>\n"), 2, 3),
        (format!("{record}\n<![CDATA[\n<p nr=\"b\"/>]]>"), 1, 4),
        ("<p nr=\"a\" antal=\"1\">\nhej</p>\n".to_owned(), 1, 3),
        (format!("h&#101;j<!-- hej -->{record}"), 1, 2),
        (format!("{record}{record}").replacen("/>", ">&x;</p>", 1), 3, 2),
    ] {
        small.extract("reg.xml", format!("<R>\n{content}<Slut Antal=\"{count}\"/></R>"));
        let rejected = format!("{row} malformed : text stands where no value is read from one");
        assert_eq!(small.rejected(), [rejected], "{content}");
        assert_eq!(small.staged("p").first().map(String::as_str), Some("a|1"), "{content}");
        assert_eq!(["read", "rejected"].map(|measure| small.count(measure, "")), [small.count("accepted", "") + 2, 1]);
    }
    // As its writer meant it: what stood for letters is letters again.
    small.extract("reg.xml", format!("<R>{record}&lt;p nr=&quot;&#x62;&quot;/&gt;<Slut Antal=\"2\"/></R>"));
    assert!(small.rejects()[0].iter().any(|kept| kept == "<p nr=\"b\"/>"), "{:?}", small.rejects());
    let told = small.extract("reg.xml", format!("<R>{record}hej<Slut Antal=\"3\"/></R>")).refused();
    assert!(told.contains("the control total does not match: 3 declared, 2 counted"), "{told}");
}

#[test]
fn blanks_and_what_is_in_an_element_that_is_left_out_are_no_slips() {
    let small = register("utf-8", "");
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    let blank = "\n &#160;<?xml-stylesheet href=\"a\"?><![CDATA[ ]]>";
    let left_out = "<note>hej</note><Kapacitet Antal=\"2\">hej</Kapacitet>";
    small.extract("reg.xml", format!("<R>{blank}<p nr=\"a\">{left_out}{blank}</p>{left_out}<Slut Antal=\"3\"/></R>"));
    assert_eq!(small.staged("p"), ["a|"]);
    assert_eq!(small.rejected(), [""; 0]);
    // Beside elements it is the value of none.
    small.extract(
        "reg.xml",
        "<R><note>hej<p nr=\"a\" antal=\"1\"/></note><note><p nr=\"b\"/>hej</note><Slut Antal=\"2\"/></R>",
    );
    assert_eq!(small.rejected().len(), 2);
    for outside in ["&amp;", "<![CDATA[hej]]>"] {
        let told = small.extract("reg.xml", format!("<R><p nr=\"a\"/><Slut Antal=\"1\"/></R>{outside}")).refused();
        assert!(told.contains("text stands outside the root element"), "{told}");
    }
    let long = format!("{}<!-- -->", "x".repeat(100_000));
    let told = small.extract("reg.xml", format!("<R>{}</R>", long.repeat(50))).refused();
    assert!(told.contains("the record is longer than 4194304 bytes"), "{told}");
}

#[test]
fn a_record_with_two_names_of_a_column_is_kept_aside() {
    let small = register("utf-8", "aliases = [\"tal\", \"antal\"]");
    small.extract(
        "reg.xml",
        "<R>\n<p nr=\"a\" antal=\"1\"/>\n<p nr=\"b\" tal=\"2\"/>\n<p nr=\"c\" tal=\"2\" antal=\"2\"/>\n<Slut Antal=\"3\"/></R>",
    );
    assert_eq!(small.staged("p"), ["a|1", "b|2"]);
    assert_eq!(
        small.rejected(),
        ["4 malformed : the attributes `antal` and `tal` are one column, and both stand in it"]
    );
}

#[test]
fn a_declaration_of_another_character_set_is_refused() {
    let file = |declared: &str| {
        let declaration = format!("<?xml version='1.0' {declared}?>\n");
        [declaration.as_bytes(), b"<R><p nr=\"\xBD\"/><Slut Antal=\"1\"/></R>"].concat()
    };
    let latin_9 = register("iso-8859-15", "");
    for label in ["ISO-8859-1", "windows-1252", "UTF-8", "IBM277"] {
        let told = latin_9.extract("reg.xml", file(&format!("encoding = \"{label}\" standalone='yes'"))).refused();
        assert!(told.contains("the extract is not iso-8859-15: its declaration says"), "{told}");
        assert!(told.contains(label), "{told}");
    }
    for right in ["", "encoding='iso-8859-15'", "encoding=\"ISO_8859-15\"", "encoding='Latin-9'"] {
        assert_eq!(latin_9.extract("reg.xml", file(right)).staged("p"), ["œ|"], "{right}");
    }
    // What registers call ISO-8859-1 is Windows-1252.
    for right in ["", "encoding='ISO-8859-1'", "encoding='Latin-1'", "encoding='Windows 1252'", "encoding='US-ASCII'"] {
        let small = register("windows-1252", "");
        assert_eq!(small.extract("reg.xml", file(right)).staged("p"), ["½|"], "{right}");
    }
    let small = register("utf-8", "");
    let document = |mark: &str, label: &str| {
        format!("{mark}<?xml version=\"1.0\" encoding=\"{label}\"?><R><p nr=\"æ\"/><Slut Antal=\"1\"/></R>")
    };
    let told = small.extract("reg.xml", document("", "ISO-8859-1")).refused();
    assert!(told.contains("the extract is not utf-8: its declaration says ISO-8859-1"), "{told}");
    // A mark before it tells more than the declaration, and no text of single bytes is in UTF-16.
    for (mark, label) in [("", "utf8"), ("\u{feff}", "UTF-8"), ("\u{feff}", "ISO-8859-1"), ("", "utf-16")] {
        assert_eq!(small.extract("reg.xml", document(mark, label)).staged("p"), ["æ|"], "{label}");
    }
}

#[test]
fn records_in_one_of_a_type_that_the_contract_does_not_know_are_kept_aside_with_it() {
    let small = small();
    let deleted = "<Slettede dato=\"20180101\">\n<Yder Nr=\"005678\">\n<Person Rolle=\"Ejer\"/></Yder></Slettede>";
    small.extract(
        "reg.xml",
        format!("<reg>\n<Yder Nr=\"001234\"/>\n{deleted}<Liste><Yder Nr=\"009999\"/></Liste></reg>"),
    );
    let reason =
        "record_type : it stands in a record of a type that the contract does not know: describe that as a table, too";
    assert_eq!(small.rejected(), [format!("4 {reason}"), format!("5 {reason}")]);
    assert_eq!(small.staged("yder"), ["001234|", "009999|"]);
}

#[test]
fn a_column_that_stands_as_an_element_is_no_missing_value() {
    for (record, row) in [("<Yder Nr=\"005678\">\n<Fra>20180101</Fra></Yder>", 3), ("<Yder><Nr>005678</Nr></Yder>", 2)]
    {
        let told = small()
            .extract("reg.xml", format!("<reg><Yder Nr=\"001234\" Fra=\"20180101\"/>\n{record}</reg>"))
            .refused();
        assert!(
            told.contains(&format!("row {row}: `"))
                && told.contains("is an element, where the contract has an attribute"),
            "{told}"
        );
    }
    // Without a text it says nothing.
    let rows = small().extract("reg.xml", "<reg><Yder Nr=\"001234\"><Fra/></Yder></reg>").staged("yder");
    assert_eq!(rows, ["001234|"]);
}

#[test]
fn a_document_that_declares_attributes_is_refused() {
    let file = |declared: &str| format!("<!DOCTYPE reg [\n{declared}]>\n<reg><Yder Nr=\"001234\"/></reg>");
    let told = small().extract("reg.xml", file("<!ATTLIST Yder Fra CDATA \"20180101\">")).refused();
    let expected = "its DOCTYPE declares attributes (ATTLIST), whose defaults are not read: write every attribute out";
    assert!(told.contains(expected), "{told}");
    assert_eq!(small().extract("reg.xml", file("<!ELEMENT reg ANY>")).staged("yder"), ["001234|"]);
}

#[test]
fn what_is_no_name_of_an_attribute_is_refused() {
    for (attribute, told) in [
        (" ;Fra=\"20180101\"", "is no name of an attribute"),
        (" Fra;=\"20180101\"", "is no name of an attribute"),
        (" 1Fra=\"20180101\"", "is no name of an attribute"),
        (" \u{a0}Fra=\"20180101\"", "is no name of an attribute"),
        ("Fra=\"20180101\"", "no blank stands before the attribute"),
    ] {
        let small = small();
        let refused = small.extract("reg.xml", format!("<reg>\n<Yder Nr=\"001234\"{attribute}/></reg>")).refused();
        assert!(refused.contains("row 2: ") && refused.contains(told), "{attribute}: {refused}");
    }
    let names = "Frå-2.x=\"a\"\n_y=\"b\"\tn:z='\"c\"' \u{4e2d}\u{b7} = \"d=\"";
    let rows = small().extract("reg.xml", format!("<reg><Yder Nr=\"001234\" {names}/></reg>")).staged("yder");
    assert_eq!(rows, ["001234|"]);
}
