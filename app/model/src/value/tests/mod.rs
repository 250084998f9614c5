mod forms;
#[cfg(not(target_arch = "wasm32"))]
mod laws;
