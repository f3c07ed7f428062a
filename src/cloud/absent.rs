//! What stands in for buckets in a program built without the network.

use std::io;
use std::sync::Arc;

use super::{
    Access, Address, CloudError, Condition, Content, KeysAsked, Listed, Metadata, Walked, Why,
};
use crate::input::Selection;

/// Nobody is asked.
///
/// # Errors
/// Always.
#[must_use]
pub fn list_public_keys(asked: &[KeysAsked], _: &Access) -> Vec<Result<Vec<String>, CloudError>> {
    let failed = |asked: &KeysAsked| {
        let address = format!("CloudTrail in {}", asked.region);
        Err(CloudError { address, why: Why::NotBuilt })
    };
    asked.iter().map(failed).collect()
}

/// There is none.
#[derive(Debug, PartialEq, Eq)]
pub enum Bucket {}

impl Bucket {
    /// Never opens one.
    ///
    /// # Errors
    /// Always.
    pub fn open(address: &Address, _: &Access) -> Result<Arc<Self>, CloudError> {
        Err(CloudError { address: address.to_string(), why: Why::NotBuilt })
    }

    /// Its address.
    #[must_use]
    pub fn root(&self) -> &str {
        match *self {}
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match *self {}
    }

    /// The address of an object.
    #[must_use]
    pub fn address(&self, _: &str) -> String {
        match *self {}
    }

    /// What is at an address.
    ///
    /// # Errors
    /// None.
    pub fn walk(&self, _: &str, _: &dyn Selection) -> Result<Walked, CloudError> {
        match *self {}
    }

    /// What is told of an object.
    ///
    /// # Errors
    /// None.
    pub fn head(&self, _: &str) -> Result<Option<Listed>, CloudError> {
        match *self {}
    }

    /// All objects below a folder.
    ///
    /// # Errors
    /// None.
    pub fn list(&self, _: &str) -> Result<Vec<Listed>, CloudError> {
        match *self {}
    }

    /// Some objects below a folder.
    ///
    /// # Errors
    /// None.
    pub fn list_some(&self, _: &str) -> Result<Vec<Listed>, CloudError> {
        match *self {}
    }

    /// Objects, side by side.
    ///
    /// # Errors
    /// None.
    #[must_use]
    pub fn get_all(&self, _: &[&str]) -> Vec<Result<Content, CloudError>> {
        match *self {}
    }

    /// User metadata of objects, side by side.
    ///
    /// # Errors
    /// None.
    #[must_use]
    pub fn metadata_all(&self, _: &[&str]) -> Vec<Result<Metadata, CloudError>> {
        match *self {}
    }

    /// An object.
    ///
    /// # Errors
    /// None.
    pub fn get(&self, _: &str) -> Result<Content, CloudError> {
        match *self {}
    }

    /// An object, to be read in pieces.
    ///
    /// # Errors
    /// None.
    pub fn reader(&self, _: &str, _: u64) -> Result<io::Empty, CloudError> {
        match *self {}
    }

    /// Writes an object.
    ///
    /// # Errors
    /// None.
    pub fn put(&self, _: &str, _: Vec<u8>, _: Condition<'_>) -> Result<Option<String>, CloudError> {
        match *self {}
    }

    /// Writes objects.
    ///
    /// # Errors
    /// None.
    pub fn put_all(&self, _: Vec<(String, Vec<u8>)>) -> Result<(), CloudError> {
        match *self {}
    }

    /// Removes objects.
    ///
    /// # Errors
    /// None.
    pub fn remove(&self, _: &[String]) -> Result<(), CloudError> {
        match *self {}
    }
}
