{{- define "hwanbul.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "hwanbul.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hwanbul.labels" -}}
{{ include "hwanbul.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "hwanbul.image" -}}
{{ required "image.repository is required: where you have pushed the image that the Dockerfile makes" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* What every server has, and what the migration needs. */ -}}
{{- define "hwanbul.environment" -}}
- { name: HWANBUL_MODE, value: live }
- { name: HOST, value: 0.0.0.0 }
- { name: PORT, value: "8410" }
- { name: LOG_FORMAT, value: json }
- { name: DATABASE_URL_FILE, value: {{ printf "/run/secrets/hwanbul/%s" .Values.secret.keys.databaseUrl | quote }} }
- { name: ENCRYPTION_KEY_FILE, value: {{ printf "/run/secrets/hwanbul/%s" .Values.secret.keys.encryptionKey | quote }} }
{{- with .Values.secret.keys.previousEncryptionKeys }}
- { name: ENCRYPTION_KEY_PREVIOUS_FILE, value: {{ printf "/run/secrets/hwanbul/%s" . | quote }} }
{{- end }}
{{- with .Values.secret.keys.oidcClientSecret }}
- { name: HWANBUL_OIDC_CLIENT_SECRET_FILE, value: {{ printf "/run/secrets/hwanbul/%s" . | quote }} }
{{- end }}
- { name: MERCHANTS_FILE, value: {{ printf "/run/secrets/hwanbul/%s" .Values.secret.keys.merchants | quote }} }
{{- range $name, $value := .Values.settings }}
- { name: {{ $name }}, value: {{ if kindIs "float64" $value }}{{ $value | int64 | quote }}{{ else }}{{ $value | quote }}{{ end }} }
{{- end }}
{{- end }}

{{- define "hwanbul.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "hwanbul.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "hwanbul.mounts" -}}
- { name: secrets, mountPath: /run/secrets/hwanbul, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "hwanbul.volumes" -}}
- name: secrets
  secret:
    secretName: {{ required "secret.name is required: the Secret with the database's address, the key and the merchants" .Values.secret.name }}
    # 0440: for the group of the pod.
    defaultMode: 288
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- end }}
