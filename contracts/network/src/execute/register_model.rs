use crate::error::{ContractError, Result};
use crate::events::market::ModelRegistered;
use crate::events::{amount, bytes, id};
use crate::ledger::{debit, fill_pool, Reason};
use crate::limits;
use crate::msg::RegisterModel;
use crate::run::Run;
use crate::state::market::{Model, ModelFacts, ModelState, MODELS, MODEL_FACTS};
use atoma_core::ledger::Class;

/// Proposes a model; the deposit is held while it is registered.
#[inline(never)]
pub fn register_model(run: &mut Run, msg: RegisterModel) -> Result<()> {
    check(&msg)?;
    if MODELS.has(run.deps.storage, &msg.id) {
        return Err(ContractError::AlreadyExists { what: "model", id: msg.id });
    }
    let owner = run.sender.clone();
    let deposit = run.params.model_deposit;
    debit(run, &owner, deposit, Reason::plain("model_deposit"))?;
    fill_pool(run, Class::Deposits, deposit, "model_deposit")?;
    let objections_until = run.now() + run.params.originality_seconds;
    let model = Model {
        owner: owner.clone(),
        state: ModelState::Proposed,
        objections_until,
        owner_fee_bps: msg.owner_fee_bps,
        context_limit: msg.context_limit,
        owners: 0,
    };
    MODELS.save(run.deps.storage, &msg.id, &model)?;
    MODEL_FACTS.save(run.deps.storage, &msg.id, &facts_of(&msg, deposit))?;
    run.emit(&ModelRegistered {
        architecture: msg.architecture,
        chunk_size: msg.chunk_size,
        context_limit: msg.context_limit,
        deposit: amount(deposit),
        files: msg.files,
        metadata_uri: msg.metadata_uri,
        model: msg.id,
        objections_until: id(objections_until),
        owner: owner.to_string(),
        owner_fee_bps: msg.owner_fee_bps,
        template_hash: bytes(&msg.template_hash),
        tokenizer_hash: bytes(&msg.tokenizer_hash),
        unit: msg.unit,
        weights_root: bytes(&msg.weights_root),
    })
}

fn facts_of(msg: &RegisterModel, deposit: u128) -> ModelFacts {
    ModelFacts {
        architecture: msg.architecture.clone(),
        chunk_size: msg.chunk_size,
        deposit,
        files: msg.files.clone(),
        metadata_uri: msg.metadata_uri.clone(),
        template_hash: msg.template_hash.clone(),
        tokenizer_hash: msg.tokenizer_hash.clone(),
        unit: msg.unit.clone(),
        weights_root: msg.weights_root.clone(),
    }
}

fn check(msg: &RegisterModel) -> Result<()> {
    if !limits::is_model_id(&msg.id) {
        return Err(ContractError::MalformedModelId);
    }
    limits::length("weights_root", &msg.weights_root, 32)?;
    limits::length("tokenizer_hash", &msg.tokenizer_hash, 32)?;
    limits::length("template_hash", &msg.template_hash, 32)?;
    limits::text("architecture", &msg.architecture)?;
    limits::text("unit", &msg.unit)?;
    limits::text("metadata_uri", &msg.metadata_uri)?;
    limits::count("files", msg.files.len(), limits::FILES_MAX)?;
    for file in &msg.files {
        limits::text("path", &file.path)?;
        limits::size("size", file.size.u64().into(), limits::SIGNED_MAX)?;
    }
    limits::size("owner_fee_bps", msg.owner_fee_bps.into(), limits::OWNER_FEE_MAX.into())?;
    limits::positive(msg.context_limit.into())?;
    limits::size("context_limit", msg.context_limit.into(), limits::CONTEXT_MAX)?;
    limits::positive(msg.chunk_size.into())?;
    limits::size("chunk_size", msg.chunk_size.into(), limits::CHUNK_MAX)
}
