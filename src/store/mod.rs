//! Files: RON in versions, atomic saving behind `trait Files`.
