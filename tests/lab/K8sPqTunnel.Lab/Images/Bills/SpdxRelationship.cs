namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>Which element has what to do with which, both by their IDs.</summary>
internal sealed record SpdxRelationship(string SpdxElementId, string RelationshipType, string RelatedSpdxElement);
