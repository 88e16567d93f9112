//! The committed schemas are those of the types.

#[allow(dead_code)]
#[path = "../examples/schema.rs"]
mod schema;

#[test]
fn the_committed_schemas_are_fresh() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    for (name, schemas) in schema::all() {
        let stored = std::fs::read_to_string(folder.join(format!("{name}.json")))
            .expect("a committed schema");
        let fresh = serde_json::to_string_pretty(&schemas).expect("json") + "\n";
        assert!(stored == fresh, "{name}.json is stale: cargo run --example schema");
    }
}
