"""What a release is made of: lock files, builds that are compared, an SBOM, licenses, an audit."""
