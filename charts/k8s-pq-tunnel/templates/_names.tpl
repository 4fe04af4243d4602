{{/* The names are fixed: daemons find the operator by its Service, and a cluster has one operator. */}}
{{- define "pqtunnel.name" -}}
pqtunnel-operator
{{- end }}

{{- define "pqtunnel.selector" -}}
app.kubernetes.io/name: {{ include "pqtunnel.name" . }}
{{- end }}

{{- define "pqtunnel.labels" -}}
{{ include "pqtunnel.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Of a list of the chart and an image's values. */}}
{{- define "pqtunnel.image" -}}
{{- $chart := index . 0 }}{{ $image := index . 1 -}}
{{ $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $chart.AppVersion }}{{ end }}
{{- end }}
